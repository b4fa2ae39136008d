"""The columns of rosters, as platforms call them, in the usual languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_CALLED: Final[Mapping[str, str]] = {
    "id": (
        "sis user id|orgdefinedid|org defined id|student id|studentid|student number|student no|sid|id number|"
        "matrikelnummer|matrikelnr|matrikel nr|matr nr|matnr|martikelnummer|id nummer|numéro d identification|"
        "numéro étudiant|número de id|número de identificación|numero di matricola|matricola|numero id|"
        "studentnummer|identification number|university id|university number|external id"
    ),
    "user": "id|canvas id|canvas user id",
    "participant": "identifier|kennung|identifiant|identificador|identificativo",
    "login": (
        "sis login id|username|user name|login|login id|user|anmeldename|benutzername|nutzername|kürzel|"
        "nom d utilisateur|nombre de usuario|nome utente|gebruikersnaam|github username|github|account"
    ),
    "email": (
        "email|e mail|email address|e mail address|mail|e mail adresse|email adresse|mailadresse|"
        "adresse de courriel|adresse e mail|courriel|correo electrónico|dirección de correo|dirección email|"
        "indirizzo email|e mailadres"
    ),
    "name": (
        "student|name|full name|fullname|student name|display name|vollständiger name|nom complet|nombre completo|"
        "nome completo|cognome nome|apellido s nombre|volledige naam|teilnehmer"
    ),
    "first": "first name|firstname|first|given name|vorname|prénom|nombre|nome|voornaam",
    "last": "last name|lastname|last|surname|family name|nachname|familienname|nom|nom de famille|apellido s|"
    "apellidos|apellido|cognome|achternaam",
    "section": "section|sections|section name|course section|groups|gruppen|groupes|grupos|kurs|tutorial|übung",
    "group": "group|group name|team|team name|gruppe|groupe|grupo|gruppo|groep|equipe|équipe",
    "role": "role|roles|rolle|rollen|rôle|rôles|rol|ruolo",
}

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {header: field for field, headers in _CALLED.items() for header in headers.split("|")}
)
"""The field of each header."""

STUDENTS: Final = ("student", "studier", "teilnehm", "étudiant", "estudiant", "participant", "learner", "alumn")
"""What is in the name of a student's role."""
