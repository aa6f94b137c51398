package ai.bharatbuild.gate;

import ai.bharatbuild.it.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Archives that are sent to be unpacked. Each is made by a line of Python and holds a plain file
 * beside the bad entry. The control unpacks it as Python does when it trusts an archive.
 */
final class TarCases {
  private static final long MB = 1 << 20;
  private static final int SPECIAL_BITS = 07000;

  private TarCases() {}

  static List<Case> all() {
    return List.of(
        tar("tar-parent", "entries stay inside", "add('../../outside/NAME')", TarCases::outside),
        tar("tar-absolute", "entries stay inside", "add(OUT + '/NAME')", TarCases::outside),
        tar("tar-through-link", "no links", "link('d', OUT); add('d/NAME')", TarCases::outside),
        tar("tar-of-link", "no links", "link('d', OUT + '/canary')", TarCases::canary),
        tar("tar-of-hard-link", "no links", "hard('d', OUT + '/canary')", TarCases::canary),
        tar("tar-of-fifo", "regular files only", "special('d', tarfile.FIFOTYPE)", TarCases::odd),
        tar("tar-of-device", "regular files only", "special('d', tarfile.CHRTYPE)", TarCases::odd),
        tar("tar-with-setuid", "plain modes", "add('d', 0o6755)", TarCases::setuid),
        tar("tar-bomb", "limits hold unpacked", "add('d', size=300 << 20)", TarCases::large));
  }

  /** What was unpacked, looked at. */
  private interface Look {
    boolean bad(Arena arena, Path directory, String name) throws Exception;
  }

  private static Case tar(String name, String defence, String code, Look look) {
    return Case.of(
        name,
        Kind.ARCHIVES,
        defence,
        arena -> unpack(arena, name, code, look),
        arena -> trust(arena, name, code, look));
  }

  private static Finding unpack(Arena arena, String name, String code, Look look) throws Exception {
    TestServer server = arena.server();
    String id = arena.project();
    Path archive = make(arena, name + "-a", code);
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/api/v1/jobs/" + id + "/archive"))
            .header("Content-Type", "application/gzip")
            .PUT(BodyPublishers.ofFile(archive))
            .build();
    var answer = server.client().send(request, BodyHandlers.ofString());
    boolean bad = look.bad(arena, arena.base().resolve(id), name + "-a");
    boolean answered = answer.statusCode() == 200 || answer.statusCode() / 100 == 4;
    server.delete("/api/v1/jobs/" + id);
    return answered
        ? Finding.of(bad, answer.statusCode() + " " + answer.body())
        : Finding.broken(answer.statusCode() + " " + answer.body());
  }

  private static Finding trust(Arena arena, String name, String code, Look look) throws Exception {
    Path archive = make(arena, name + "-c", code);
    // As deep below the directory outside as a workspace is.
    Path directory = Files.createDirectories(arena.controls().resolve(name));
    Result result = python(TRUST, archive.toString(), directory.toString());
    return Finding.of(look.bad(arena, directory, name + "-c"), result.toString());
  }

  private static Path make(Arena arena, String name, String code) throws Exception {
    Path archive = arena.controls().resolve(name + ".tar.gz");
    String out = "'" + arena.outside() + "'";
    Result made =
        python(
            MAKE + code.replace("NAME", name).replace("OUT", out) + "\nt.close()\n",
            archive.toString());
    if (made.code() != 0) {
      throw new IllegalStateException("no archive: " + made);
    }
    return archive;
  }

  private static Result python(String code, String... arguments) throws Exception {
    List<String> command =
        Stream.concat(Stream.of("python3", "-c", code), Stream.of(arguments)).toList();
    return Commands.run(60, command);
  }

  private static boolean outside(Arena arena, Path directory, String name) {
    return Files.exists(arena.outside().resolve(name));
  }

  private static boolean canary(Arena arena, Path directory, String name) throws Exception {
    Path file = directory.resolve("d");
    return Files.exists(file) && Files.readString(file).contains(arena.canary());
  }

  private static boolean odd(Arena arena, Path directory, String name) {
    Path file = directory.resolve("d");
    return Files.exists(file) && !Files.isRegularFile(file);
  }

  private static boolean setuid(Arena arena, Path directory, String name) throws Exception {
    Path file = directory.resolve("d");
    return Files.exists(file) && ((int) Files.getAttribute(file, "unix:mode") & SPECIAL_BITS) != 0;
  }

  private static boolean large(Arena arena, Path directory, String name) throws Exception {
    Path file = directory.resolve("d");
    return Files.exists(file) && Files.size(file) > 100 * MB;
  }

  private static final String MAKE =
      """
      import io, sys, tarfile
      t = tarfile.open(sys.argv[1], "w:gz", compresslevel=1)

      class Zeros(io.RawIOBase):
          def read(self, size):
              return bytes(size)

      def entry(name, kind=tarfile.REGTYPE):
          e = tarfile.TarInfo(name)
          e.type = kind
          return e

      def add(name, mode=0o644, size=1):
          e = entry(name)
          e.mode, e.size = mode, size
          t.addfile(e, Zeros())

      def link(name, to, kind=tarfile.SYMTYPE):
          e = entry(name, kind)
          e.linkname = to
          t.addfile(e)

      def hard(name, to):
          link(name, to, tarfile.LNKTYPE)

      def special(name, kind):
          e = entry(name, kind)
          e.mode, e.devmajor, e.devminor = 0o666, 1, 3
          t.addfile(e)

      add("plain")
      """;

  private static final String TRUST =
      """
      import os, sys, tarfile
      os.chdir(sys.argv[2])
      t = tarfile.open(sys.argv[1])
      try:
          t.extraction_filter = staticmethod(lambda member, path: member)
      except AttributeError:
          pass
      for member in t:
          if member.islnk():
              # What a hard link names is looked for where the link is, by those who trust it.
              os.link(member.linkname, member.name)
          else:
              t.extract(member)
      """;
}
