"""What the pages say, as the guide says it: written out, so that a changed word is noticed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The names of what a person uses, in one language."""

    name: str
    password: str
    again: str
    make_account: str
    log_in: str
    log_out: str
    phones: str
    add_phone: str
    phone_name: str
    adapter: str
    number: str
    callback: str
    copy: str
    copied: str
    save_phone: str
    wrong_secret: str
    write: str
    to: str
    text: str
    send: str
    accepted: str
    sent: str
    delivered: str
    conversations: str
    reply: str
    unread: str
    phone: str
    show_fields: str
    count: str
    news: str
    search: str
    add_to_contacts: str
    save_contact: str


FRENCH = Words(
    name="Nom",
    password="Mot de passe",
    again="Mot de passe, encore une fois",
    make_account="Créer le compte",
    log_in="Se connecter",
    log_out="Se déconnecter",
    phones="Téléphones",
    add_phone="Ajouter un téléphone",
    phone_name="Nom du téléphone",
    adapter="Adaptateur logiciel du téléphone",
    number="Numéro de téléphone",
    callback="Adresse URL de callback de changement d'état",
    copy="Copier",
    copied="Copiée",
    save_phone="Enregistrer le téléphone",
    wrong_secret="ne va pas avec",
    write="Écrire",
    to="Destinataire",
    text="Texte",
    send="Envoyer",
    accepted="Accepté",
    sent="Envoyé",
    delivered="Livré",
    conversations="Conversations",
    reply="Votre message",
    unread="Non lu :",
    phone="Téléphone",
    show_fields="Afficher ses champs",
    count="Aperçu",
    news="Nouveau message",
    search="Chercher dans les messages et les personnes",
    add_to_contacts="Ajouter aux contacts",
    save_contact="Enregistrer le contact",
)

ENGLISH = Words(
    name="Name",
    password="Password",
    again="Password, once more",
    make_account="Make the account",
    log_in="Log in",
    log_out="Log out",
    phones="Phones",
    add_phone="Add a phone",
    phone_name="Name of the phone",
    adapter="Phone adapter software",
    number="Phone number",
    callback="Callback URL for status changes",
    copy="Copy",
    copied="Copied",
    save_phone="Save the phone",
    wrong_secret="does not go with",
    write="Write",
    to="To",
    text="Text",
    send="Send",
    accepted="Accepted",
    sent="Sent",
    delivered="Delivered",
    conversations="Conversations",
    reply="Your message",
    unread="Unread:",
    phone="Phone",
    show_fields="Show its fields",
    count="Preview",
    news="New message",
    search="Search messages and people",
    add_to_contacts="Add to contacts",
    save_contact="Save the contact",
)

BY_LANGUAGE = {"fr": FRENCH, "en": ENGLISH}
