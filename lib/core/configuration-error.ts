/** A configuration that cannot be deployed; the message starts with the field's path. */
export class ConfigurationError extends Error {
  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`);
    this.name = 'ConfigurationError';
  }
}
