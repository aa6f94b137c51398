package com.example.units;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UnitTest {
  @ParameterizedTest
  @CsvSource({
    "42.195, km, mi, 26.218757",
    "1, ft, m, 0.3048",
    "150, lb, kg, 68.0388555",
    "100, C, F, 212",
    "-40, F, C, -40",
    "0, K, C, -273.15"
  })
  void knownConversions(double value, String from, String to, double expected) {
    assertEquals(
        expected, Unit.of(from).orElseThrow().convert(value, Unit.of(to).orElseThrow()), 1e-6);
  }

  @ParameterizedTest
  @EnumSource(Unit.class)
  void thereAndBackIsTheSame(Unit from) {
    for (Unit to : Unit.values()) {
      if (to.kind() == from.kind()) {
        assertEquals(12.5, to.convert(from.convert(12.5, to), from), 1e-9, from + " to " + to);
      }
    }
  }

  @Test
  void differentKindsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Unit.KILOGRAM.convert(1, Unit.METRE));
  }
}
