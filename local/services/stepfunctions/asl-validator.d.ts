/** The package brings no types of its own. */
declare module 'asl-validator' {
  const validate: (
    definition: unknown,
    options?: { readonly checkPaths: boolean; readonly checkArn: boolean },
  ) => {
    readonly isValid: boolean;
    errorsText(separator?: string): string;
  };
  export = validate;
}
