#!/bin/sh
# Checks every page: that it is whole and accessible, and that what it links to exists.
cd "$(dirname "$0")/.." || exit 1
passed=0
failed=0

check() {
  if [ "$1" = yes ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$2"
  fi
}

has() { if grep -q -- "$2" "$1"; then echo yes; else echo no; fi; }
count() { grep -o -- "$2" "$1" | wc -l; }

for page in *.html; do
  check "$(has "$page" '<!doctype html>')" "$page begins with a doctype"
  check "$(has "$page" '<html lang="[a-z]')" "$page names its language"
  check "$(has "$page" '<meta charset="utf-8">')" "$page names its encoding"
  check "$(has "$page" 'name="viewport"')" "$page fits small screens"
  check "$(has "$page" '<title>[^<]')" "$page has a title"
  check "$([ "$(count "$page" '<h1>')" -eq 1 ] && echo yes)" "$page has one h1"
  check "$([ "$(count "$page" 'aria-current="page"')" -eq 1 ] && echo yes)" "$page marks itself in the navigation"
  check "$(has "$page" "href=\"$page\" aria-current")" "$page marks the right page"
  for tag in html head body header nav main footer; do
    check "$([ "$(count "$page" "<$tag[ >]")" -eq 1 ] && [ "$(count "$page" "</$tag>")" -eq 1 ] && echo yes)" \
      "$page opens and closes $tag once"
  done
  if grep -q '<img ' "$page"; then
    check "$(grep '<img ' "$page" | grep -qv 'alt="' && echo no || echo yes)" "$page describes its pictures"
  fi
  for target in $(grep -o '\(href\|src\)="[^"]*"' "$page" | sed 's/^[a-z]*="//; s/"$//; s/#.*//'); do
    case $target in
      *:*) ;;
      *) check "$([ -f "$target" ] && echo yes)" "$page links to $target, which exists" ;;
    esac
  done
done

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
