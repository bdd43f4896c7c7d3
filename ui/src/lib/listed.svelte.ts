/** What a list of the core has for what is asked of it: an answer that a later question has overtaken is dropped, and without the list what is there stays, and can be kept. */
class Listed<T> {
  hits = $state.raw<T[]>([]);

  constructor(ask: () => Promise<T[]> | null) {
    $effect(() => {
      let late = false;
      ask()
        ?.then((found) => {
          if (!late) this.hits = found;
        })
        .catch(() => {});
      return () => {
        late = true;
      };
    });
  }
}

/** Asks now, and anew whenever what is asked changes; not at all where there is no question. For a component that is being made. */
export const listed = <T>(ask: () => Promise<T[]> | null): { readonly hits: T[] } => new Listed(ask);
