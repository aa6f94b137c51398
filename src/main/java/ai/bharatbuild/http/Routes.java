package ai.bharatbuild.http;

import io.vertx.ext.web.Router;

/** A feature's part of the API. Mounted once for each HTTP verticle, on its event loop. */
public interface Routes {
  void mount(Router router);
}
