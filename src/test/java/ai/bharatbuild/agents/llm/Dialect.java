package ai.bharatbuild.agents.llm;

import ai.bharatbuild.agents.llm.wire.Protocol;
import java.util.List;

/** Speaks a provider's side of its protocol, for scripts. */
interface Dialect {
  /**
   * A call of a tool in an answer.
   *
   * @param arguments JSON, in pieces where the protocol has pieces
   */
  record Call(String id, String name, List<String> arguments) {}

  Protocol protocol(ModelNames names);

  String keyHeader();

  String keyPrefix();

  /** The target of a streamed answer by that model. */
  String target(String model);

  /** An answer of text and then of calls, as events. */
  List<String> answer(List<String> texts, List<Call> calls, StopReason reason, Usage usage);

  /** An answer that the provider refuses to give. */
  List<String> refusal();

  /** An answer that ends, by its limit, within a call's arguments; null where none can. */
  List<String> cutCall(Call call);

  /** An error that comes as an event: too much to do. */
  String errorEvent();

  /** The body of an error with that status. */
  String error(int status, String message);

  /** The usage as this protocol can tell it. */
  default Usage told(Usage usage) {
    return usage;
  }

  static String data(String json) {
    return "data: " + json + "\n\n";
  }

  static String quoted(String text) {
    return ai.bharatbuild.json.Json.encode(text).toString();
  }
}
