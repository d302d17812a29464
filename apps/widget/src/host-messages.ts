/**
 * What the frame and the website's page say to each other, with exact origins both ways. Types only: the loader is a
 * file of its own and imports nothing.
 */
export type FrameSays =
  | { kairos: 'frame'; type: 'ready' }
  | { kairos: 'frame'; type: 'size'; open: boolean }
  | { kairos: 'frame'; type: 'unread'; count: number };

export type HostSays =
  | { kairos: 'host'; type: 'open' | 'close' | 'logout' }
  | { kairos: 'host'; type: 'identify'; identity: string }
  | { kairos: 'host'; type: 'narrow'; narrow: boolean };
