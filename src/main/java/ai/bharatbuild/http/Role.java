package ai.bharatbuild.http;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a user is, and the one table of what each may do. */
public enum Role {
  STUDENT(Table.MEMBER),
  DEVELOPER(Table.MEMBER, Table.PROGRAMS),
  FOUNDER(Table.MEMBER, Table.PROGRAMS),
  FACULTY(Table.MEMBER),
  API_PARTNER(Table.MEMBER, Table.PROGRAMS),
  ADMIN(Table.MEMBER, Table.PROGRAMS, Table.OPERATORS);

  /** What roles are made of. */
  private static final class Table {
    /** Everybody's own work. */
    static final Set<Permission> MEMBER =
        EnumSet.of(
            Permission.JOBS_READ,
            Permission.JOBS_WRITE,
            Permission.SANDBOXES_READ,
            Permission.SANDBOXES_RUN,
            Permission.CODE_RUN,
            Permission.SNIPPETS_READ,
            Permission.SNIPPETS_WRITE,
            Permission.AGENTS_READ,
            Permission.AGENTS_RUN,
            Permission.PROJECTS_READ,
            Permission.PROJECTS_WRITE,
            Permission.DOCUMENTS_READ,
            Permission.DOCUMENTS_WRITE,
            Permission.USAGE_READ,
            Permission.NOTIFICATIONS_READ,
            Permission.BILLING_READ,
            Permission.BILLING_WRITE,
            Permission.ACCOUNT_READ,
            Permission.ACCOUNT_WRITE);

    /** Letting programs in, and telling them. */
    static final Set<Permission> PROGRAMS =
        EnumSet.of(Permission.KEYS_MANAGE, Permission.WEBHOOKS_MANAGE);

    /** Other people's accounts and the server itself. */
    static final Set<Permission> OPERATORS =
        EnumSet.of(Permission.USERS_MANAGE, Permission.AUDIT_READ, Permission.OPERATE);
  }

  private final Set<Permission> permissions;

  @SafeVarargs
  Role(Set<Permission>... parts) {
    EnumSet<Permission> all = EnumSet.noneOf(Permission.class);
    for (Set<Permission> part : parts) {
      all.addAll(part);
    }
    this.permissions = Collections.unmodifiableSet(all);
  }

  public Set<Permission> permissions() {
    return permissions;
  }

  /** Its name in JSON and in the database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of that name, if there is one. */
  public static Optional<Role> of(String text) {
    return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
  }
}
