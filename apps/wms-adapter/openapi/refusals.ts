/** When a call with the key of a device is answered with 403. */
export const NOT_FOR_DEVICES = 'Not with the key of a device.';

/** When a call of a device is answered with 403 for what it names. */
export const ANOTHER_WAREHOUSE = 'It is not a warehouse of the device.';
