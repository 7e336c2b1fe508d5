/**
 * What somebody entered into the server's form before the scripts of the page arrived. To be read
 * while the component is set up: binding the fields afterwards would put the first values back.
 */
export function typedBefore(formId: string): FormData | undefined {
  if (typeof document === "undefined") return undefined;
  const form = document.querySelector<HTMLFormElement>(`form#${formId}`);
  return form ? new FormData(form) : undefined;
}
