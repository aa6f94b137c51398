package ai.bharatbuild.agents.author;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What says which tests run may not say other things by a repair. */
class RunnerConfigTest {
  private static final String POM =
      "<project><properties><a>1</a></properties><build></build></project>";

  private static String taken(String path, String before, String after) {
    return TestFiles.taken(path, before, after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pytest.ini | [pytest]~addopts = --co",
        "setup.cfg | [tool:pytest]~addopts =~    --co",
        "pyproject.toml | [tool.pytest.ini_options]~testpaths = ['none']",
        "tox.ini | [pytest]~python_functions = nothing",
        "conftest.py | def pytest_collection_modifyitems(items):~    items.clear()",
        "tests/conftest.py | collect_ignore = ['test_a.py']",
        "conftest.py | import os~os._exit(0)",
        "vitest.config.ts | export default { test: { exclude: ['**/*'] } }",
        "jest.config.js | module.exports = { testMatch: [] }",
        "jest.config.json | {\"passWithNoTests\": true}",
        "package.json | {\"scripts\": {\"test\": \"jest\"}, \"jest\": {\"testMatch\": [\"x\"]}}",
        ".mocharc.json | {\"grep\": \"nothing\"}",
        ".mvn/maven.config | -DskipTests",
        "src/test/resources/junit-platform.properties | a=b",
        "build.gradle | test { enabled = false }",
        "Cargo.toml | [lib]~test = false"
      })
  void newConfigurationThatChoosesTests(String path, String content) {
    assertThat(taken(path, null, content.replace('~', '\n'))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pytest.ini | [pytest]~pythonpath = .",
        "conftest.py | import sys~sys.path.insert(0, '.')",
        "tests/test_new.py | def test_it():~    pass",
        "vitest.config.ts | export default { test: { environment: 'jsdom', globals: true } }",
        "package.json | {\"scripts\": {\"test\": \"vitest run\"}, \"dependencies\": {\"a\":"
            + " \"1\"}}",
        "pom.xml | <project><dependencies><dependency/></dependencies></project>"
      })
  void newConfigurationOfOtherThings(String path, String content) {
    assertThat(taken(path, null, content.replace('~', '\n'))).isNull();
  }

  @Test
  void whatStoodThereBeforeMayStayOrGo() {
    String skips = POM.replace("<a>1</a>", "<skipTests>true</skipTests>");

    assertThat(taken("pom.xml", POM, skips)).isNotNull();
    assertThat(taken("pom.xml", POM, POM.replace("<a>1</a>", "<b>2</b>"))).isNull();
    assertThat(taken("pom.xml", skips, skips.replace("<build>", "<build><x/>"))).isNull();
    assertThat(taken("pom.xml", skips, POM)).isNull();
    assertThat(
            taken("pom.xml", POM, POM.replace("<a>", "<maven.test.skip>true</maven.test.skip><a>")))
        .isNotNull();
  }
}
