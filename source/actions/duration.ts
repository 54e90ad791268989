export {durationShape as duration} from '../runbook/duration.ts';
