import { ServiceError } from '../../service.ts';

/** The refusal of a malformed request, worded as DynamoDB words it. */
export const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);
