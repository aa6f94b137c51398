package ai.bharatbuild.preview;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What lets a browser see a private preview: a ticket, which stands in an address and lives for
 * minutes, and the pass that a preview's origin makes of it, a cookie that lives for hours. Both
 * are signed for one workspace and name its owner, so that neither opens another workspace, nor the
 * same id once it is somebody else's. Nothing is stored. Safe on any thread.
 */
public final class PreviewTickets {
  /** Bytes that a key must have at least. */
  public static final int KEY_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int MAC_BYTES = 32;
  private static final int HEAD_BYTES = 1 + Long.BYTES;
  private static final int MAX_OWNER_BYTES = 64;
  private static final int MAX_TEXT = (HEAD_BYTES + MAX_OWNER_BYTES + MAC_BYTES) * 4 / 3 + 4;

  /** What it is for; a pass cannot be used as a ticket nor the reverse. */
  private enum Kind {
    TICKET,
    PASS
  }

  private final SecretKeySpec key;
  private final Duration ticketLife;
  private final Duration passLife;
  private final InstantSource clock;

  /**
   * @param key at least {@link #KEY_BYTES} random bytes that nobody else knows
   */
  public PreviewTickets(byte[] key, Duration ticketLife, Duration passLife, InstantSource clock) {
    if (key.length < KEY_BYTES) {
      throw new IllegalArgumentException("the key of preview tickets is too short");
    }
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.ticketLife = ticketLife;
    this.passLife = passLife;
    this.clock = clock;
  }

  /** A ticket for the previews of a workspace, whichever port they are on. */
  public String ticket(String workspaceId, String owner) {
    return sign(Kind.TICKET, workspaceId, owner, ticketLife);
  }

  /** Who owned the workspace when the ticket was made; empty when it is no good here and now. */
  Optional<String> ownerByTicket(String workspaceId, String ticket) {
    return verify(Kind.TICKET, workspaceId, ticket);
  }

  String pass(String workspaceId, String owner) {
    return sign(Kind.PASS, workspaceId, owner, passLife);
  }

  Optional<String> ownerByPass(String workspaceId, String pass) {
    return verify(Kind.PASS, workspaceId, pass);
  }

  private String sign(Kind kind, String workspaceId, String owner, Duration life) {
    byte[] name = owner.getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length > MAX_OWNER_BYTES) {
      throw new IllegalArgumentException("an owner has 1 to " + MAX_OWNER_BYTES + " bytes");
    }
    byte[] said =
        ByteBuffer.allocate(HEAD_BYTES + name.length)
            .put((byte) kind.ordinal())
            .putLong(clock.instant().plus(life).getEpochSecond())
            .put(name)
            .array();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(said);
    all.writeBytes(mac(workspaceId, said));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all.toByteArray());
  }

  private Optional<String> verify(Kind kind, String workspaceId, String text) {
    byte[] all = decoded(text);
    if (all.length <= HEAD_BYTES + MAC_BYTES) {
      return Optional.empty();
    }
    byte[] said = Arrays.copyOf(all, all.length - MAC_BYTES);
    byte[] signature = Arrays.copyOfRange(all, said.length, all.length);
    if (!MessageDigest.isEqual(signature, mac(workspaceId, said))) {
      return Optional.empty();
    }
    ByteBuffer head = ByteBuffer.wrap(said);
    boolean right = head.get() == kind.ordinal();
    boolean alive = clock.instant().isBefore(Instant.ofEpochSecond(head.getLong()));
    return right && alive
        ? Optional.of(
            new String(said, HEAD_BYTES, said.length - HEAD_BYTES, StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private static byte[] decoded(String text) {
    if (text.length() > MAX_TEXT) {
      return new byte[0];
    }
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private byte[] mac(String workspaceId, byte[] said) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(workspaceId.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return mac.doFinal(said);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
