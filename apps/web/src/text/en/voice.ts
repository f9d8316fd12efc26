/** Speaking: what is said becomes text, and answers are read aloud. */
export const voice = {
  speak: "Speak",
  stop: "Stop recording",
  recording: "Recording",
  hearing: "Turning speech into text",
  discard: "Discard the recording",
  keep: "Keep audio",
  fileName: "Recording",
  /** Minutes and seconds that went by. */
  elapsed: (time: string) => `Recording, ${time}`,
  listen: "Listen",
  preparing: "Preparing to read",
  pause: "Pause",
  resume: "Go on reading",
  stopReading: "Stop reading",
  nothingHeard: "Nothing was heard. Check the microphone and try again.",
  noRecording: "This browser cannot record here. Use a recent one, over https.",
  noMicrophone: "There is no microphone. Connect one and try again.",
  notAllowed: "This page may not use the microphone. Allow it in the browser’s settings for this page.",
  tooLong: (minutes: number) =>
    `Recordings have at most ${minutes} minutes. What was said until now is turned into text.`,
  answerTooLong: (characters: number) =>
    `This answer is too long to be read aloud: at most ${characters.toLocaleString("en")} characters are. Ask for a shorter one.`,
  noEar:
    "This server does not turn speech into text yet. Whoever runs it sets voice.transcription_model, or an OpenAI key.",
  noReader: "This server does not read aloud yet. Whoever runs it sets voice.speech_model, or an OpenAI key.",
  failed: "That did not work. Try again.",
  faults: {
    too_long: "This took too long and was cut off. Try a shorter recording or answer.",
    too_large: "This is too large for the provider. Try a shorter recording or answer.",
    interrupted: "The server stopped meanwhile. Try again.",
    request_rejected: "The provider does not accept this. Whoever runs the server checks the model for voice.",
  } as Readonly<Record<string, string>>,
};
