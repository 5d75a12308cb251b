// A point in real time that can be waited for and called off.

export interface Deadline {
  readonly passed: Promise<void>;
  cancel(): void;
}

export function createDeadline(ms: number): Deadline {
  let cancel = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    cancel = () => clearTimeout(timer);
  });
  return { passed, cancel };
}
