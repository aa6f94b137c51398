package ai.bharatbuild;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rules of docs/architecture.md. */
class ArchitectureTest {
  private static final String[] FOUNDATION = {
    "..bharatbuild.bus..",
    "..bharatbuild.config..",
    "..bharatbuild.telemetry..",
    "..bharatbuild.http..",
    "..bharatbuild.json..",
    "..bharatbuild.problem..",
    "..bharatbuild.files.."
  };
  private static final String[] FEATURES = {
    "..bharatbuild.jobs..",
    "..bharatbuild.sandbox..",
    "..bharatbuild.preview..",
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
    for (String adapter : new String[] {"..sandbox.docker..", "..sandbox.process.."}) {
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
  void nobodySleepsInTheServer() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .check(CLASSES);
  }
}
