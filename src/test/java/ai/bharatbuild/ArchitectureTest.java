package ai.bharatbuild;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of docs/architecture.md. */
class ArchitectureTest {
  private static final String[] FOUNDATION = {
    "..bharatbuild.bus..",
    "..bharatbuild.events..",
    "..bharatbuild.config..",
    "..bharatbuild.db..",
    "..bharatbuild.telemetry..",
    "..bharatbuild.http..",
    "..bharatbuild.json..",
    "..bharatbuild.log..",
    "..bharatbuild.kv..",
    "..bharatbuild.net..",
    "..bharatbuild.problem..",
    "..bharatbuild.files..",
    "..bharatbuild.storage.."
  };
  private static final String[] FEATURES = {
    "..bharatbuild.jobs..",
    "..bharatbuild.limits..",
    "..bharatbuild.apikeys..",
    "..bharatbuild.usage..",
    "..bharatbuild.audit..",
    "..bharatbuild.sandbox..",
    "..bharatbuild.preview..",
    "..bharatbuild.billing..",
    "..bharatbuild.webhooks..",
    "..bharatbuild.agents..",
    "..bharatbuild.accounts..",
    "..bharatbuild.projects..",
    "..bharatbuild.tasks..",
    "..bharatbuild.versions..",
    "..bharatbuild.notifications..",
    "..bharatbuild.cleanup.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("ai.bharatbuild");

  @Test
  void theFoundationKnowsNoFeature() {
    noClasses()
        .that()
        .resideInAnyPackage(FOUNDATION)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FEATURES)
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("ai.bharatbuild.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheCompositionRootKnowsAdapters() {
    for (String adapter :
        new String[] {
          "..db.embedded..",
          "..mail.smtp..",
          "..mail.outbox..",
          "..sandbox.docker..",
          "..sandbox.process..",
          "..billing.razorpay..",
          "..billing.offline..",
          "..storage.local..",
          "..storage.s3..",
          "..kv.memory..",
          "..kv.redis.."
        }) {
      classes()
          .that()
          .resideInAPackage(adapter)
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage(adapter, "ai.bharatbuild")
          .check(CLASSES);
    }
  }

  @Test
  void modelsAreReachedThroughTheirPort() {
    for (String adapter : new String[] {"anthropic", "gemini", "openai", "replay"}) {
      classes()
          .that()
          .resideInAPackage("..agents.llm." + adapter + "..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage("..agents.llm." + adapter + "..", "ai.bharatbuild")
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void onlyTheCompositionRootKnowsTheFirewall() {
    classes()
        .that()
        .resideInAPackage("..sandbox.network..")
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAnyPackage("..sandbox.network..", "ai.bharatbuild")
        .check(CLASSES);
  }

  @Test
  void dockerStaysInItsAdapter() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..sandbox.docker..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.github.dockerjava..")
        .check(CLASSES);
  }

  @Test
  void amazonStaysInItsAdapter() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..storage.s3..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon..")
        .check(CLASSES);
  }

  @Test
  void whatMakesFilesOfDocumentsStaysInItsPackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..agents.documents.export..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.poi..", "com.openhtmltopdf..", "net.sourceforge.plantuml..", "java.awt..")
        .check(CLASSES);
  }

  @Test
  void nobodySleepsInTheServer() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .check(CLASSES);
  }

  @Test
  void migrationsHaveNumbersOfTheirOwn() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
      assertThat(files.map(file -> file.getFileName().toString().split("__")[0]))
          .doesNotHaveDuplicates();
    }
  }
}
