package com.example.units;

import java.io.IOException;

/** Starts the server on the port that the environment names. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws IOException {
    App app = new App(Integer.parseInt(System.getenv().getOrDefault("PORT", "8080")));
    System.out.println("listening on http://localhost:" + app.port());
    Runtime.getRuntime().addShutdownHook(new Thread(app::close));
  }
}
