package com.example.units;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The parameters of a URL. */
record Query(Map<String, String> parameters) {

  /**
   * Reads what stands behind the question mark; null for nothing. Of a repeated name the first
   * counts.
   */
  static Query of(String text) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : (text == null ? "" : text).split("&")) {
      String[] parts = pair.split("=", 2);
      if (parts.length == 2) {
        parameters.putIfAbsent(decoded(parts[0]), decoded(parts[1]));
      }
    }
    return new Query(parameters);
  }

  String required(String name) {
    String value = parameters.get(name);
    if (value == null || value.isBlank()) {
      throw new BadRequest("the parameter " + name + " is missing");
    }
    return value;
  }

  double number(String name) {
    try {
      double number = Double.parseDouble(required(name));
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new BadRequest(name + " must be a number");
    }
    throw new BadRequest(name + " must be a finite number");
  }

  Unit unit(String name) {
    return Unit.of(required(name))
        .orElseThrow(() -> new BadRequest(name + " is no unit that is known here"));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadRequest("the query is not encoded rightly");
    }
  }
}
