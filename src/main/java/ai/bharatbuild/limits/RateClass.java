package ai.bharatbuild.limits;

import ai.bharatbuild.kv.Rate;
import java.util.Arrays;
import java.util.Optional;

/**
 * What calls are counted as, and how many are free by default. Each call is of one class of {@link
 * Kind#CALL}; besides, all calls of an address count together.
 */
public enum RateClass {
  JOBS_CREATE("jobs.create", Kind.CALL, Rate.perMinute(10)),
  FILES("files", Kind.CALL, Rate.perMinute(100)),
  EXEC("exec", Kind.CALL, Rate.perMinute(30)),
  /** GET and HEAD, and what is sent to something that runs. */
  READ("read", Kind.CALL, Rate.perMinute(300)),
  EXECUTE("execute", Kind.CALL, Rate.perMinute(10)),
  LOGIN("login", Kind.ADDRESS_CALL, Rate.perMinute(5)),
  REGISTER("register", Kind.ADDRESS_CALL, Rate.perMinute(3)),
  /** All other calls, by the caller's tier. */
  ANONYMOUS("tier.anonymous", Kind.TIER, Rate.perMinute(30)),
  STANDARD("tier.standard", Kind.TIER, Rate.perMinute(60)),
  PLUS("tier.plus", Kind.TIER, Rate.perMinute(200)),
  PARTNER("tier.partner", Kind.TIER, Rate.perMinute(1000)),
  /** Everything that comes from one address, whoever it says it is. */
  ADDRESS("address", Kind.ADDRESS, Rate.perMinute(3000));

  /** Whom a class counts, and when. */
  enum Kind {
    /** A caller's calls of this class; an anonymous caller is its address. */
    CALL,
    /** Calls of this class from an address, whoever makes them. */
    ADDRESS_CALL,
    /** A caller's calls of no other class. */
    TIER,
    ADDRESS
  }

  private final String text;
  private final Kind kind;
  private final Rate fallback;

  RateClass(String text, Kind kind, Rate fallback) {
    this.text = text;
    this.kind = kind;
    this.fallback = fallback;
  }

  /** As it is called in settings, problems and documents. */
  public String text() {
    return text;
  }

  Kind kind() {
    return kind;
  }

  /** The documented rate. */
  public Rate fallback() {
    return fallback;
  }

  public static Optional<RateClass> of(String text) {
    return Arrays.stream(values()).filter(it -> it.text.equals(text)).findFirst();
  }
}
