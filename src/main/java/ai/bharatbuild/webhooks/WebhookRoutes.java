package ai.bharatbuild.webhooks;

import ai.bharatbuild.events.DomainEvent;
import ai.bharatbuild.http.BodyReader;
import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.Fields;
import ai.bharatbuild.http.Query;
import ai.bharatbuild.http.Replies;
import ai.bharatbuild.http.Routes;
import ai.bharatbuild.json.Json;
import ai.bharatbuild.problem.ApiException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** A user's endpoints, what was sent to them, and sending it again. */
final class WebhookRoutes implements Routes {
  private static final int BODY = 32 << 10;
  private static final int MAX_DESCRIPTION = 500;
  private static final int MAX_URL = 2000;
  private static final String PATH = "/api/v1/webhooks";
  private static final String ALL = "*";
  private static final Set<String> EVENTS =
      Set.of(
          ALL,
          DomainEvent.JOB_COMPLETE,
          DomainEvent.JOB_FAILED,
          DomainEvent.CONTAINER_EXIT,
          DomainEvent.EXEC_EXIT,
          DomainEvent.PROJECT_STATUS_CHANGED,
          DomainEvent.PAYMENT_SUCCEEDED);
  private static final Set<String> STATES = Set.of("pending", "sending", "succeeded", "dead");

  private final Endpoints endpoints;
  private final Deliveries deliveries;
  private final Targets targets;
  private final BodyReader bodies;

  WebhookRoutes(Endpoints endpoints, Deliveries deliveries, Targets targets, BodyReader bodies) {
    this.endpoints = endpoints;
    this.deliveries = deliveries;
    this.targets = targets;
    this.bodies = bodies;
  }

  @Override
  public void mount(Router router) {
    router.get(PATH).handler(this::list);
    router.post(PATH).handler(this::create);
    router
        .get(PATH + "/:id")
        .handler(c -> Replies.json(c, 200, endpoints.get(user(c), id(c, "id"))));
    router.put(PATH + "/:id").handler(this::update);
    router.delete(PATH + "/:id").handler(this::delete);
    router
        .post(PATH + "/:id/secret")
        .handler(c -> Replies.json(c, 200, endpoints.rotate(user(c), id(c, "id"))));
    router.get(PATH + "/:id/deliveries").handler(this::deliveries);
    router.get(PATH + "/:id/deliveries/:delivery_id").handler(this::delivery);
    router.post(PATH + "/:id/deliveries/:delivery_id/replay").handler(this::replay);
  }

  private static UUID user(RoutingContext context) {
    return Caller.of(context).account();
  }

  private static UUID id(RoutingContext context, String name) {
    try {
      return UUID.fromString(context.pathParam(name));
    } catch (IllegalArgumentException e) {
      throw ApiException.notFound(name.equals("id") ? "webhook" : "delivery");
    }
  }

  private void list(RoutingContext context) {
    int page = Query.page(context);
    int limit = Query.limit(context);
    Replies.json(
        context,
        200,
        endpoints
            .list(user(context), page, limit)
            .map(found -> page("webhooks", found.webhooks(), found.total(), page, limit)));
  }

  private static Map<String, Object> page(
      String name, List<?> items, long total, int page, int limit) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(name, items);
    body.put("total", total);
    body.put("page", page);
    body.put("pages", Math.ceilDiv(total, (long) limit));
    return body;
  }

  private void create(RoutingContext context) {
    Caller caller = Caller.of(context);
    bodies
        .json(context, BODY, this::wanted)
        .compose(wanted -> endpoints.create(caller.account(), caller.userId(), wanted))
        .onComplete(
            made -> {
              ObjectNode shown = Json.MAPPER.valueToTree(made.endpoint());
              shown.put("secret", made.secret());
              context.response().putHeader("Location", PATH + "/" + made.endpoint().id());
              Replies.json(context, 201, shown);
            },
            context::fail);
  }

  private void update(RoutingContext context) {
    UUID user = user(context);
    UUID id = id(context, "id");
    Replies.json(
        context,
        200,
        bodies
            .json(context, BODY, this::wanted)
            .compose(wanted -> endpoints.update(user, id, wanted)));
  }

  private void delete(RoutingContext context) {
    endpoints
        .delete(user(context), id(context, "id"))
        .onComplete(v -> context.response().setStatusCode(204).end(), context::fail);
  }

  private Endpoints.Wanted wanted(JsonNode body) {
    Fields fields = Fields.of(body);
    String url = fields.text("url", 1, MAX_URL);
    List<String> events = events(fields);
    String description = fields.text("description", 0, MAX_DESCRIPTION, "");
    boolean enabled = fields.flag("enabled", true);
    fields.check();
    targets.check(url);
    return new Endpoints.Wanted(url, events, description, enabled);
  }

  private static List<String> events(Fields fields) {
    JsonNode given = fields.raw("events");
    if (given == null) {
      fields.error("events", "is required", "missing");
      return List.of();
    }
    List<String> events = new ArrayList<>();
    given.forEach(event -> events.add(event.asText()));
    if (!given.isArray() || events.isEmpty() || !EVENTS.containsAll(events)) {
      fields.error(
          "events",
          "must be a list with some of " + EVENTS.stream().sorted().toList(),
          "value_error");
    }
    return events.stream().distinct().toList();
  }

  private void deliveries(RoutingContext context) {
    int page = Query.page(context);
    int limit = Query.limit(context);
    String status = context.request().getParam("status");
    if (status != null && !STATES.contains(status)) {
      throw Query.wrong("status", "must be one of " + STATES.stream().sorted().toList());
    }
    UUID id = id(context, "id");
    Replies.json(
        context,
        200,
        endpoints
            .get(user(context), id)
            .compose(
                own ->
                    Future.all(
                        deliveries.list(id, status, page, limit), deliveries.count(id, status)))
            .map(
                both -> page("deliveries", both.resultAt(0), both.<Long>resultAt(1), page, limit)));
  }

  private void delivery(RoutingContext context) {
    UUID endpoint = id(context, "id");
    UUID id = id(context, "delivery_id");
    Replies.json(
        context,
        200,
        endpoints
            .get(user(context), endpoint)
            .compose(own -> Future.all(deliveries.get(endpoint, id), deliveries.attempts(id)))
            .map(both -> shown(both.resultAt(0), both.resultAt(1))));
  }

  private static ObjectNode shown(Row row, List<Delivery.Attempt> attempts) {
    ObjectNode shown = Json.MAPPER.valueToTree(Delivery.of(row));
    shown.set("attempt_log", Json.MAPPER.valueToTree(attempts));
    try {
      shown.set("payload", Json.parse(Buffer.buffer(row.getString("payload"))));
    } catch (IOException e) {
      throw new IllegalStateException("a payload is not JSON", e);
    }
    return shown;
  }

  private void replay(RoutingContext context) {
    UUID endpoint = id(context, "id");
    UUID id = id(context, "delivery_id");
    Replies.json(
        context,
        202,
        endpoints.get(user(context), endpoint).compose(own -> deliveries.replay(endpoint, id)));
  }
}
