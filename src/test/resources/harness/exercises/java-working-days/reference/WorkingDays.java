import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Set;

final class WorkingDays {
  private final Set<LocalDate> holidays;

  WorkingDays(Set<LocalDate> holidays) {
    this.holidays = Set.copyOf(holidays);
  }

  boolean isOpen(LocalDate day) {
    if (day.getDayOfWeek() == DayOfWeek.SUNDAY || holidays.contains(day)) {
      return false;
    }
    int week = (day.getDayOfMonth() - 1) / 7 + 1;
    return day.getDayOfWeek() != DayOfWeek.SATURDAY || week != 2 && week != 4;
  }

  long between(LocalDate from, LocalDate to) {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException(to + " is before " + from);
    }
    return from.datesUntil(to).filter(this::isOpen).count();
  }

  LocalDate add(LocalDate day, int openDays) {
    LocalDate at = day;
    int left = openDays;
    while (left > 0 || !isOpen(at)) {
      at = at.plusDays(1);
      if (left > 0 && isOpen(at)) {
        left--;
      }
    }
    return at;
  }
}
