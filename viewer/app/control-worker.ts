import { ControlService } from '../control/control-service.js';
import { serve } from '../data/remote.js';

serve(new ControlService(), ['plan'], self as unknown as Worker);
