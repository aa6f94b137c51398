package com.example.units;

import java.util.Arrays;
import java.util.Optional;

/**
 * A unit of measurement. A value in it is, in its kind's base unit, {@code value * factor +
 * offset}.
 */
public enum Unit {
  METRE("m", Kind.LENGTH, 1, 0),
  KILOMETRE("km", Kind.LENGTH, 1000, 0),
  MILE("mi", Kind.LENGTH, 1609.344, 0),
  FOOT("ft", Kind.LENGTH, 0.3048, 0),
  KILOGRAM("kg", Kind.MASS, 1, 0),
  POUND("lb", Kind.MASS, 0.45359237, 0),
  KELVIN("K", Kind.TEMPERATURE, 1, 0),
  CELSIUS("C", Kind.TEMPERATURE, 1, 273.15),
  FAHRENHEIT("F", Kind.TEMPERATURE, 5.0 / 9, 459.67 * 5 / 9);

  /** What units measure; only units of one kind can be converted. */
  public enum Kind {
    LENGTH,
    MASS,
    TEMPERATURE
  }

  private final String symbol;
  private final Kind kind;
  private final double factor;
  private final double offset;

  Unit(String symbol, Kind kind, double factor, double offset) {
    this.symbol = symbol;
    this.kind = kind;
    this.factor = factor;
    this.offset = offset;
  }

  public String symbol() {
    return symbol;
  }

  public Kind kind() {
    return kind;
  }

  /** The unit with that symbol, compared exactly. */
  public static Optional<Unit> of(String symbol) {
    return Arrays.stream(values()).filter(unit -> unit.symbol.equals(symbol)).findFirst();
  }

  /**
   * The same amount in another unit.
   *
   * @throws IllegalArgumentException where the two measure different things
   */
  public double convert(double value, Unit to) {
    if (kind != to.kind) {
      throw new IllegalArgumentException(
          symbol + " and " + to.symbol + " measure different things");
    }
    return (value * factor + offset - to.offset) / to.factor;
  }
}
