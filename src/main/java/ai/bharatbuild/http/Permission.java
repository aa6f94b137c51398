package ai.bharatbuild.http;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a call needs. Each operation of {@code openapi.yaml} names one in {@code x-permission}, by
 * its {@link #text}, or {@code public} for none; {@link Role} says who has which.
 */
public enum Permission {
  JOBS_READ("jobs:read", true),
  JOBS_WRITE("jobs:write", true),
  SANDBOXES_READ("sandboxes:read", true),
  SANDBOXES_RUN("sandboxes:run", true),
  CODE_RUN("code:run", true),
  SNIPPETS_READ("snippets:read", true),
  SNIPPETS_WRITE("snippets:write", true),
  AGENTS_READ("agents:read", true),
  AGENTS_RUN("agents:run", true),
  PROJECTS_READ("projects:read", true),
  PROJECTS_WRITE("projects:write", true),
  DOCUMENTS_READ("documents:read", true),
  DOCUMENTS_WRITE("documents:write", true),
  USAGE_READ("usage:read", true),
  NOTIFICATIONS_READ("notifications:read", true),
  BILLING_READ("billing:read", true),
  BILLING_WRITE("billing:write", false),
  WEBHOOKS_MANAGE("webhooks:manage", false),
  KEYS_MANAGE("keys:manage", false),
  ACCOUNT_READ("account:read", true),
  ACCOUNT_WRITE("account:write", false),
  USERS_MANAGE("users:manage", false),
  AUDIT_READ("audit:read", false),
  OPERATE("operate", false);

  private static final Map<String, Permission> BY_TEXT =
      Arrays.stream(values()).collect(Collectors.toMap(Permission::text, Function.identity()));

  private final String text;
  private final boolean forKeys;

  Permission(String text, boolean forKeys) {
    this.text = text;
    this.forKeys = forKeys;
  }

  /** Its name in the contract and in the scopes of API keys. */
  public String text() {
    return text;
  }

  /** Whether an API key may have it; the others take a person who is signed in. */
  public boolean forKeys() {
    return forKeys;
  }

  /**
   * The permission of that name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Permission of(String text) {
    Permission found = BY_TEXT.get(text);
    if (found == null) {
      throw new IllegalArgumentException("no permission " + text);
    }
    return found;
  }
}
