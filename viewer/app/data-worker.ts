import { DataService } from '../data/data-service.js';
import { serve } from '../data/remote.js';

serve(new DataService(), ['open', 'goTo', 'overTime', 'describeModel'], self as unknown as Worker);
