/**
 * Runs `work` when called, never twice at a time: calls during a run make one more run, so that what came while it
 * looked is seen. `work` that fails is told to `failed` and runs again when called again.
 */
export function onceMore(work: () => Promise<void>, failed: (error: unknown) => void): () => void {
  let running = false;
  let again = false;
  const run = async () => {
    running = true;
    while (again) {
      again = false;
      await work().catch(failed);
    }
    running = false;
  };
  return () => {
    again = true;
    if (!running) void run();
  };
}
