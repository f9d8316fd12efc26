import { typeset } from "./fr/typeset.ts";
import { useLanguage, type Language } from "./index.ts";

/** The words of a file that is looked at, which come with the window. */
const en = {
  searchIn: "Search in this file",
  found: (at: number, count: number, isMore: boolean) =>
    count === 0 ? "No results" : `${at} of ${count.toLocaleString("en")}${isMore ? "+" : ""}`,
  previous: "Previous result",
  next: "Next result",
  moreRows: (count: number) => `${count.toLocaleString("en")} more rows are in the file itself.`,
  readAgain: "Read again",
  alt: "Description",
  altHint: "For people who do not see the picture, and for models that see none.",
  crop: "Crop",
  cropNow: "Crop picture",
  cropHint: "Drag over the picture, or type numbers.",
  region: { x: "Left", y: "Top", width: "Width", height: "Height" },
  /** Why a file or a link could not be read. */
  faults: {
    DAMAGED: "It is damaged, or not what it says it is.",
    TOO_LARGE: "It is too large to be read.",
    TOO_MUCH_WORK: "Reading it took too long.",
    LOCKED: "It asks for a password.",
    NO_TEXT: "There is no text in it.",
    HARMFUL: "A virus scanner found harm in it. Delete it.",
    NOT_SCANNED: "It is too large for the virus scanner, so it is not given out.",
    ADDRESS_REFUSED: "This server does not read private addresses. Save the page and add it as a file.",
    UNREACHABLE: "Nobody answers at this address. Check it, or try again later.",
    TOO_SLOW: "The page did not come in time. Try again later.",
    TOO_MANY_REDIRECTS: "The address leads on and on. Use the one where it ends.",
    DENIED: "The site does not give this page. Save it and add it as a file.",
    UNKNOWN_KIND: "It is neither a page nor a text nor a PDF. Download it and add it as a file.",
    NO_ROOM: "There is no room for it. Delete other files first.",
  },
};

const fr: typeof en = {
  searchIn: "Rechercher dans ce fichier",
  found: (at, count, isMore) =>
    count === 0 ? "Aucun résultat" : `${at} sur ${count.toLocaleString("fr")}${isMore ? "+" : ""}`,
  previous: "Résultat précédent",
  next: "Résultat suivant",
  moreRows: (count) => `${count.toLocaleString("fr")} autres lignes sont dans le fichier lui-même.`,
  readAgain: "Relire",
  alt: "Description",
  altHint: "Pour les personnes qui ne voient pas l’image, et pour les modèles qui n’en voient aucune.",
  crop: "Rogner",
  cropNow: "Rogner l’image",
  cropHint: "Tracez un cadre sur l’image, ou saisissez des nombres.",
  region: { x: "Gauche", y: "Haut", width: "Largeur", height: "Hauteur" },
  faults: {
    DAMAGED: "Il est endommagé, ou n’est pas ce qu’il prétend être.",
    TOO_LARGE: "Il est trop volumineux pour être lu.",
    TOO_MUCH_WORK: "La lecture a pris trop de temps.",
    LOCKED: "Il demande un mot de passe.",
    NO_TEXT: "Il ne contient pas de texte.",
    HARMFUL: "L’antivirus l’a jugé dangereux. Supprimez-le.",
    NOT_SCANNED: "Il est trop volumineux pour l’antivirus, et n’est donc pas donné.",
    ADDRESS_REFUSED: "Ce serveur ne lit pas les adresses privées. Enregistrez la page et ajoutez-la comme fichier.",
    UNREACHABLE: "Personne ne répond à cette adresse. Vérifiez-la, ou réessayez plus tard.",
    TOO_SLOW: "La page n’est pas arrivée à temps. Réessayez plus tard.",
    TOO_MANY_REDIRECTS: "L’adresse renvoie toujours ailleurs. Utilisez celle où elle aboutit.",
    DENIED: "Le site ne donne pas cette page. Enregistrez-la et ajoutez-la comme fichier.",
    UNKNOWN_KIND: "Ce n’est ni une page, ni un texte, ni un PDF. Téléchargez-le et ajoutez-le comme fichier.",
    NO_ROOM: "Il n’y a plus de place. Supprimez d’abord d’autres fichiers.",
  },
};

const words: Readonly<Record<Language, typeof en>> = { en, fr: typeset(fr) };

export const useViewing = (): typeof en => words[useLanguage()];
