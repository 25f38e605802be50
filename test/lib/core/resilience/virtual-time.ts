/** A clock on which waiting takes no time: who sleeps is woken in the order of the moments that they sleep until. */
export function virtualTime(from = Date.parse('2026-06-01T08:00:00Z')) {
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const time = {
    now: from,
    sleep: (ms: number): Promise<void> =>
      new Promise((wake) => void sleepers.push({ at: time.now + Math.max(0, ms), wake })),
    /** Runs until the work is done; time passes only while everybody sleeps. */
    run: async <T>(work: Promise<T>): Promise<T> => {
      let isDone = false;
      const end = () => {
        isDone = true;
      };
      work.then(end, end);
      for (;;) {
        await new Promise((resume) => setImmediate(resume));
        if (isDone) return work;
        const [next] = sleepers.toSorted((a, b) => a.at - b.at);
        if (!next) continue;
        sleepers.splice(sleepers.indexOf(next), 1);
        time.now = Math.max(time.now, next.at);
        next.wake();
      }
    },
  };
  return time;
}
