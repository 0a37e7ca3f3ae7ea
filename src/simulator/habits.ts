import type { EventShapes, GatheringKind } from './event-shapes.js';
import { createRoomShapes } from './room-events.js';
import { sessionShapes } from './session-events.js';

/** What distinguishes meetings, webinars and sessions. */
export interface Habits {
  readonly shapes: EventShapes;
  readonly minutes: readonly [shortest: number, longest: number];
  readonly guestShare: number;
  /** Join numbers start here; public ones are multiples of 1024. */
  readonly firstNumber: number;
  readonly topics: readonly string[];
}

/** By kind of gathering. */
export const HABITS: Readonly<Record<GatheringKind, Habits>> = {
  meeting: {
    shapes: createRoomShapes('meeting'),
    minutes: [12, 50],
    guestShare: 0.14,
    firstNumber: 16_778_240,
    topics: [
      'Weekly sync',
      'Stand-up',
      'Design review',
      'Customer call',
      'Budget 2026',
      'Interview',
      'Retrospective 🎯',
    ],
  },
  webinar: {
    shapes: createRoomShapes('webinar'),
    minutes: [22, 45],
    guestShare: 0.7,
    firstNumber: 33_556_480,
    topics: ['All hands', 'Product launch', 'Onboarding day'],
  },
  session: {
    shapes: sessionShapes,
    minutes: [15, 45],
    guestShare: 1,
    firstNumber: 16_778_240,
    topics: ['lesson', 'tutoring', 'exam'],
  },
};
