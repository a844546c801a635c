import { ticketsContract } from '@stackbox/testkit';
import { memoryTickets } from './tickets.ts';

ticketsContract('in memory', memoryTickets);
