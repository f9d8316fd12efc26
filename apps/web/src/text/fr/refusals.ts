import type { Text } from "../index.ts";

const notUnderstood = "Le serveur n’a pas compris. Rechargez la page et recommencez.";
const takenForAnother = "Le serveur a confondu cette demande avec une autre. Recommencez.";

export const refusals: Text["refusals"] = {
  codes: {
    bad_request: notUnderstood,
    bad_json: notUnderstood,
    bad_cursor: "La liste a changé. Rechargez la page.",
    unauthenticated: "Vous n’êtes plus connecté. Connectez-vous pour continuer.",
    invalid_credentials: "Le mot de passe ou le code est incorrect.",
    totp_required: "Ce compte a un second facteur. Saisissez son code.",
    invalid_token: "Ce lien ou ce code est inconnu, déjà utilisé ou expiré. Demandez-en un autre.",
    forbidden: "Vous n’avez pas le droit de faire cela ici.",
    insufficient_scope: "Ce jeton n’a pas le droit de faire cela.",
    session_required: "Il faut une session pour cela : connectez-vous.",
    foreign_origin: "Cette page n’est pas celle de ce serveur.",
    not_found: "Cela n’existe plus, ou ne vous est pas destiné.",
    method_not_allowed: notUnderstood,
    request_timeout: "L’envoi a pris trop de temps. Réessayez.",
    conflict: "Cela contredit ce qui existe déjà.",
    cycle: "Cela créerait une boucle : la réponse se baserait sur elle-même.",
    generating: "Un modèle écrit cette réponse en ce moment. Attendez qu’il ait fini, ou arrêtez-le.",
    version_mismatch: "Quelqu’un l’a modifié entre-temps. Regardez ce qui s’y trouve, puis recommencez.",
    precondition_required: "Quelqu’un l’a peut-être modifié entre-temps. Rechargez la page et recommencez.",
    budget_exceeded:
      "Le budget ne suffit pas. Attendez le prochain jour ou mois, choisissez un modèle moins cher, ou faites relever la limite.",
    context_too_large:
      "Les instructions et la question dépassent la fenêtre de contexte du modèle. Raccourcissez-les, ou choisissez un autre modèle.",
    payload_too_large: "C’est plus que le serveur n’accepte à la fois. Procédez par parties.",
    unsupported_media_type:
      "Ce type de fichier n’est pas accepté. Envoyez une image, un document, un son ou une vidéo.",
    self_edge: "Une carte ne peut pas se baser sur elle-même.",
    idempotency_reused: takenForAnother,
    idempotency_running: "Le serveur y travaille encore. Attendez un instant.",
    op_reused: takenForAnother,
    limit_reached: "La limite est atteinte. Supprimez quelque chose d’abord.",
    too_much_work: "C’est trop pour une seule modification. Procédez par parties.",
    storage_full:
      "Le propriétaire de ce projet n’a plus de place. Rien n’est perdu ; pour continuer, il supprime des projets ou fait relever la limite.",
    answer_above_missing: "La réponse précédente manque : cette question n’a pas été posée. Relancez-la ensuite.",
    account_disabled: "Le compte qui a demandé cela a été désactivé. Relancez.",
    disk_full: "Le disque du serveur est plein. Rien n’a été gardé ; réessayez plus tard.",
    rate_limited: "Trop de demandes pour le moment. Réessayez plus tard.",
    internal:
      "Une erreur est survenue sur le serveur. Réessayez, et prévenez la personne qui l’exploite si cela se répète.",
    busy: "Le serveur est très occupé. Rien n’a été changé ; réessayez dans un instant.",
    unavailable: "Le serveur ne peut pas répondre pour le moment. Réessayez plus tard.",
    gone: "L’objet de ce changement n’existe plus.",
    // Of an attempt at an answer.
    provider_unavailable: "Le fournisseur du modèle est injoignable ou rencontre un problème.",
    provider_refused_key: "Le fournisseur n’accepte pas la clé de ce serveur. Prévenez la personne qui l’exploite.",
    request_rejected:
      "Le fournisseur n’accepte pas cette demande. La question est peut-être trop longue pour ce modèle.",
    provider_protocol: "Le fournisseur a envoyé quelque chose qui n’est pas une réponse.",
    provider_timeout: "Le fournisseur n’a pas commencé à répondre à temps.",
    provider_stalled: "Le fournisseur s’est arrêté au milieu de la réponse.",
    too_long: "La réponse a pris trop de temps et a été coupée.",
    too_large: "La réponse est devenue trop longue et a été coupée.",
    interrupted: "Le serveur s’est arrêté pendant l’écriture ; ce qui était arrivé est conservé. Relancez.",
    empty_answer: "Le modèle a terminé sans rien dire. Relancez, ou demandez à un autre modèle.",
  },
  details: [
    ["an account with this e-mail address", "Un compte existe déjà avec cette adresse e-mail. Connectez-vous."],
    ["this username, or one that looks like it", "Ce nom d’utilisateur, ou un nom trop proche, est déjà pris."],
    ["a member of this project already", "Vous êtes déjà membre de ce projet."],
    ["belongs to a member already", "Cette adresse est celle d’une personne déjà membre."],
    ["the owner cannot leave", "Le propriétaire ne peut pas quitter le projet. Transférez-le d’abord."],
    ["these nodes are connected already", "Ces cartes sont déjà reliées."],
    ["this address is verified", "Cette adresse est déjà confirmée."],
  ],
  saidBetterByServer: [],
  invalid: "Le serveur ne l’accepte pas tel quel. Modifiez-le et réessayez.",
  characters: (least, most) => (least === "0" ? `${most} caractères au plus.` : `De ${least} à ${most} caractères.`),
  number: (least, most) => `Un nombre de ${least} à ${most} seulement.`,
};
