/** Whoever listens hears each value once, in the order of listening. */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Arrow functions, so that they can be handed on without their object. */
  readonly listen = (listener: (value: T) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly emit = (value: T): void => {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        // A listener's fault is reported like any other, and stops neither the rest nor us.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  };
}
