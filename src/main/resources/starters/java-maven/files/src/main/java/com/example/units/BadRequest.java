package com.example.units;

/** What a caller did wrong, in words for the caller. */
class BadRequest extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadRequest(String message) {
    super(message);
  }
}
