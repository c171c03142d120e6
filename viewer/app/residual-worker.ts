import { serve } from '../data/remote.js';
import { ResidualService } from '../data/residual-service.js';

serve(new ResidualService(), [], self as unknown as Worker);
