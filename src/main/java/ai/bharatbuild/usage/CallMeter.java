package ai.bharatbuild.usage;

import ai.bharatbuild.http.Caller;
import ai.bharatbuild.http.ClientAddress;
import ai.bharatbuild.http.Operation;
import ai.bharatbuild.http.RequestId;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;

/**
 * Takes note of calls whose caller is known, when they end; a stream is one call. Stands behind
 * what finds out the caller, and before what refuses it for a limit, so that refusals are noted,
 * too.
 */
public final class CallMeter implements Handler<RoutingContext> {
  private final UsageRecorder recorder;
  private final boolean keysOnly;

  /**
   * @param keysOnly whether only calls with API keys are noted
   */
  public CallMeter(UsageRecorder recorder, boolean keysOnly) {
    this.recorder = recorder;
    this.keysOnly = keysOnly;
  }

  @Override
  public void handle(RoutingContext context) {
    Caller caller = Caller.find(context).orElse(null);
    Operation operation = Operation.of(context).orElse(null);
    if (caller != null && operation != null && (!keysOnly || caller.apiKey() != null)) {
      long begun = System.nanoTime();
      String address = ClientAddress.of(context);
      context.addEndHandler(ended -> record(context, caller, operation, address, begun));
    }
    context.next();
  }

  private void record(
      RoutingContext context, Caller caller, Operation operation, String address, long begun) {
    recorder.record(
        UsageRecord.call(
            new UsageRecord.Payer(caller.account(), caller.apiKey()),
            RequestId.of(context),
            operation.method(),
            operation.path(),
            address,
            context.response().getStatusCode(),
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)));
  }
}
