package ai.bharatbuild.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;

/** A project of 100 MB in 2,000 files: from {@code complete} to the download's head. */
final class ZipPacking implements Bench.Benchmark {
  private static final int FILES = 2_000;
  private static final int MEAN_BYTES = 52_400;
  private static final int IN_ONE_CALL = 100;

  @Override
  public void run(Workbench bench) throws Exception {
    Path base = bench.tmpfs();
    Path tree = Files.createDirectory(base.resolve("tree"));
    ServerProcess server = bench.server(Files.createDirectory(base.resolve("jobs")));
    try (Jobs jobs = new Jobs(server.port())) {
      String job = jobs.create(1).getFirst();
      upload(jobs, job, tree);
      Rounds ours = new Rounds();
      Rounds theirs = new Rounds();
      Path downloaded = base.resolve("ours.zip");
      Path packed = base.resolve("theirs.zip");
      ours(jobs, job, downloaded);
      check(downloaded, tree);
      for (int round = 0; round < bench.rounds; round++) {
        ours.add(ours(jobs, job, downloaded));
        Files.deleteIfExists(packed);
        theirs.add(zip(tree, packed));
      }
      check(downloaded, tree);
      report(bench, ours, theirs, Files.size(downloaded), Files.size(packed));
    }
  }

  private static void upload(Jobs jobs, String job, Path tree) throws IOException {
    List<Map<String, String>> files = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      // From a fifth to nearly twice the mean, and the mean over all of them.
      int bytes = MEAN_BYTES + (i % 2 == 0 ? 1 : -1) * (i / 2 % 400) * 100;
      String path = "src/module-%02d/file-%04d.ts".formatted(i % 40, i);
      String content = SourceText.of(i, bytes);
      Files.createDirectories(tree.resolve(path).getParent());
      Files.writeString(tree.resolve(path), content, StandardCharsets.US_ASCII);
      Map<String, String> file = new LinkedHashMap<>();
      file.put("path", path);
      file.put("content", content);
      files.add(file);
      if (files.size() == IN_ONE_CALL) {
        jobs.batch(job, files);
        files.clear();
      }
    }
  }

  // Writing a file first makes sure that the old ZIP cannot be handed out again.
  private static double ours(Jobs jobs, String job, Path into) throws IOException {
    jobs.call("POST", job + "/reopen", null, 200);
    Map<String, String> same =
        Map.of("path", "src/module-00/file-0000.ts", "content", SourceText.of(0, MEAN_BYTES));
    jobs.call("POST", job + "/files", same, 200);
    long begun = System.nanoTime();
    jobs.call("POST", job + "/complete", null, 200);
    HttpConnection.Answer answer = jobs.get("/api/v1/jobs/" + job + "/download").check(200);
    double seconds = (System.nanoTime() - begun) / 1e9;
    Files.deleteIfExists(into);
    try (InputStream body = answer.body()) {
      Files.copy(body, into);
    }
    return seconds;
  }

  private static double zip(Path tree, Path into) throws IOException, InterruptedException {
    return Commands.milliseconds(
            "sh", "-c", "cd \"$1\" && zip -r -q \"$2\" .", "sh", tree.toString(), into.toString())
        / 1e3;
  }

  private static void check(Path zip, Path tree) throws IOException {
    try (ZipFile opened = new ZipFile(zip.toFile())) {
      List<String> names =
          opened.stream().filter(e -> !e.isDirectory()).map(e -> e.getName()).toList();
      if (names.size() != FILES) {
        throw new BenchFailure("the ZIP has " + names.size() + " files instead of " + FILES);
      }
      for (String name : names) {
        try (InputStream content = opened.getInputStream(opened.getEntry(name))) {
          if (!java.util.Arrays.equals(
              content.readAllBytes(), Files.readAllBytes(tree.resolve(name)))) {
            throw new BenchFailure("the ZIP's " + name + " differs");
          }
        }
      }
    }
  }

  private static void report(
      Workbench bench, Rounds ours, Rounds theirs, long ourSize, long theirSize) {
    bench.note("rounds: server s " + ours + " | zip s " + theirs);
    bench.report(
        Figure.paired(
            "zip.time", ours, "s", "zip -r -q of the same tree", theirs, Goal.ratioAtMost(0.7)));
    bench.report(
        new Figure(
            "zip.size",
            ourSize,
            "bytes",
            "zip -r -q of the same tree",
            theirSize,
            (double) ourSize / theirSize,
            Goal.NONE));
  }
}
