import config from "../../../playwright.config.ts";

const usual = config.use?.launchOptions ?? {};

/** A browser with a microphone that hears a tone, and that may play what it gets. */
export const MICROPHONE = {
  launchOptions: {
    ...usual,
    args: [
      ...(usual.args ?? []),
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      "--autoplay-policy=no-user-gesture-required",
    ],
  },
};

/** A server whose provider hears and reads aloud. */
export const VOICE = {
  NONLINEAR_VOICE__TRANSCRIPTION_MODEL: "openai/test-ear",
  NONLINEAR_VOICE__SPEECH_MODEL: "openai/test-reader",
};
