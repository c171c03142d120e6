export { FieldsmithError, FileError, InvalidInputError } from '../common/errors.js';
export { readToken } from './access.js';
export { type Service, startService } from './service.js';
export { type LogOptions, SERVICE_DEFAULTS, type ServiceOptions } from './service-options.js';
