/**
 * What the user entered into the server-rendered form before the scripts arrived. Read it while the
 * component is set up: binding the fields later would restore the first values.
 */
export function earlyInput(formId: string): FormData | undefined {
  if (typeof document === "undefined") return undefined;
  const form = document.querySelector<HTMLFormElement>(`form#${formId}`);
  return form ? new FormData(form) : undefined;
}
