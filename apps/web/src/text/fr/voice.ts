import type { voice as model } from "../en/voice.ts";

export const voice: typeof model = {
  speak: "Parler",
  stop: "Arrêter l’enregistrement",
  recording: "Enregistrement",
  hearing: "Transcription en cours",
  discard: "Jeter l’enregistrement",
  keep: "Garder l’audio",
  fileName: "Enregistrement",
  elapsed: (time) => `Enregistrement, ${time}`,
  listen: "Écouter",
  preparing: "Préparation de la lecture",
  pause: "Pause",
  resume: "Reprendre la lecture",
  stopReading: "Arrêter la lecture",
  nothingHeard: "Rien n’a été entendu. Vérifiez le microphone et réessayez.",
  noRecording: "Ce navigateur ne peut pas enregistrer ici. Utilisez-en un récent, en https.",
  noMicrophone: "Il n’y a pas de microphone. Branchez-en un et réessayez.",
  notAllowed:
    "Cette page ne peut pas utiliser le microphone. Autorisez-le dans les réglages du navigateur pour cette page.",
  tooLong: (minutes) => `Un enregistrement dure au plus ${minutes} minutes. Ce qui a été dit jusqu’ici est transcrit.`,
  answerTooLong: (characters) =>
    `Cette réponse est trop longue pour être lue : au plus ${characters.toLocaleString("fr")} caractères. Demandez-en une plus courte.`,
  noEar:
    "Ce serveur ne transcrit pas encore la parole. La personne qui l’exploite définit voice.transcription_model, ou une clé OpenAI.",
  noReader:
    "Ce serveur ne lit pas encore à voix haute. La personne qui l’exploite définit voice.speech_model, ou une clé OpenAI.",
  failed: "Cela n’a pas fonctionné. Réessayez.",
  faults: {
    too_long: "Cela a pris trop de temps et a été interrompu. Essayez plus court.",
    too_large: "C’est trop volumineux pour le fournisseur. Essayez plus court.",
    interrupted: "Le serveur s’est arrêté entre-temps. Réessayez.",
    request_rejected:
      "Le fournisseur n’accepte pas cela. La personne qui exploite le serveur vérifie le modèle de voix.",
  },
};
