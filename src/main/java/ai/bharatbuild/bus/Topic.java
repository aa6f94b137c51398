package ai.bharatbuild.bus;

/** The name and type of one kind of notification that any number of parts may listen to. */
public record Topic<E>(String name, Class<E> event) {}
