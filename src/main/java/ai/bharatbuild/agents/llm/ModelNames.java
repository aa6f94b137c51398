package ai.bharatbuild.agents.llm;

import java.util.Locale;
import java.util.Map;

/** What one provider's models are called, by their role. */
public record ModelNames(Map<ModelRole, String> names) {
  public ModelNames {
    names = Map.copyOf(names);
  }

  /** Throws {@link ModelException} where the table has no such model. */
  public String of(ModelRole role) {
    String name = names.get(role);
    if (name == null) {
      throw new ModelException(
          ModelException.Kind.INVALID_REQUEST,
          "The table of models has no " + role.name().toLowerCase(Locale.ROOT) + " one.");
    }
    return name;
  }
}
