/** Both clocks of a device at one moment. */
export type ClockReading = {
  /** Wall clock, milliseconds since 1970 UTC. */
  readonly wall: number;
  /** A name for the time since the app was started, or since its monotonic clock last stood still. */
  readonly run: string;
  /** Milliseconds since the run began, by a clock that nobody can set. */
  readonly milliseconds: number;
};

export interface DeviceClock {
  read(): ClockReading;
}
