import { serve } from '../data/remote.js';
import { LiveService } from '../live/live-service.js';

serve(new LiveService(), [], self as unknown as Worker);
