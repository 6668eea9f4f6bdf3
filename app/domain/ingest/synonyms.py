"""What clinics, schools, utilities and address books call the fields in their own column headers."""

import re
import unicodedata

TOKEN = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")


def normalised(header: str) -> str:
    """Return a header's words in lower case, without accents: `PatientFirst_Name:` is three words."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", header) if not unicodedata.combining(letter)
    )
    return " ".join(word.casefold() for word in TOKEN.findall(bare))


# Headers as written in real exports, in lower case with their words apart.
NAMES: dict[str, str] = {
    "first_name": """
        first name, first, fname, f name, given name, forename, name first, firstname, patient first
        name, pt first name, pt first, patient first, student first name, student first, employee
        first name, customer first name, client first name, member first name, contact first name,
        legal first name, preferred first name, nombre, primer nombre, nombres, nombre de pila,
        nombre del paciente
    """,
    "middle_name": """
        middle name, middle, mname, m name, middle initial, mi, name middle, middlename, patient
        middle name, student middle name, additional name, segundo nombre
    """,
    "last_name": """
        last name, last, lname, l name, surname, family name, name last, lastname, patient last
        name, pt last name, pt last, patient last, student last name, student last, employee last
        name, customer last name, client last name, member last name, contact last name, legal last
        name, apellido, apellidos, primer apellido
    """,
    "full_name": """
        full name, name, patient name, patient, pt name, student name, student, customer name,
        customer, client name, client, member name, employee name, contact name, contact person,
        display name, fullname, resident name, account holder, account name, subscriber name,
        person, attendee, name last first, last first name, nombre completo, nombre y apellido,
        nombre y apellidos
    """,
    "phone_number": """
        phone number, phone, telephone, telephone number, tel, tel no, phone no, phone num, ph, ph
        no, primary phone, main phone, contact phone, contact number, contact no, daytime phone, day
        phone, best phone, preferred phone, phone 1, phone primary, patient phone, pt phone, student
        phone, customer phone, call number, telefono, teléfono, numero de telefono, número de
        teléfono, tel contacto, phone 1 value
    """,
    "mobile_phone": """
        mobile phone, mobile, cell, cell phone, cellphone, mobile number, mobile no, cell number,
        cell no, pt cell, patient cell, patient mobile, cellular, sms, sms number, text number, text
        phone, phone mobile, phone cell, parent cell, guardian cell, mobile tel, celular, móvil,
        movil, teléfono móvil, telefono movil, teléfono celular, telefono celular, personal phone,
        personal cell, personal mobile
    """,
    "home_phone": """
        home phone, home, home number, home tel, home telephone, phone home, evening phone,
        landline, land line, residence phone, house phone, pt home phone, patient home phone,
        teléfono de casa, telefono de casa, telefono fijo, teléfono fijo
    """,
    "email_address": """
        email address, email, e mail, e mail address, mail, emailaddress, primary email, patient
        email, pt email, student email, parent email, guardian email, contact email, home email,
        personal email, work email, customer email, e mail 1 value, email 1, correo, correo
        electronico, correo electrónico, email primary
    """,
    "appointment_date": """
        appointment date, appt date, apptdate, appt dt, appt, appointment, date of appointment,
        visit date, appointment day, service date, date of service, dos, scheduled date, schedule
        date, encounter date, appointment date time, appt date time, appointment datetime, start
        date, event date, outage date, due date, date of visit, fecha, fecha de cita, fecha de la
        cita, fecha cita
    """,
    "appointment_time": """
        appointment time, appt time, appttime, appt tm, time, visit time, start time, scheduled
        time, schedule time, time of appointment, event time, outage time, slot, hora, hora de cita,
        hora de la cita, hora cita
    """,
    "provider": """
        provider, provider name, doctor, doctor name, dr, physician, physician name, clinician,
        practitioner, resource, rendering provider, attending, attending provider, seen by, dentist,
        therapist, hygienist, nurse, teacher, teacher name, instructor, homeroom teacher, médico,
        medico, doctora, proveedor, maestro, profesor
    """,
    "location": """
        location, location name, clinic, clinic name, site, site name, facility, facility name,
        office, office name, department, dept, branch, branch name, practice, practice name, school,
        school name, campus, building, hospital, hospital name, store, store name, appointment
        location, appt location, service location, ubicación, ubicacion, clínica, clinica, escuela,
        sucursal
    """,
    "external_id": """
        external id, id, patient id, pt id, mrn, medical record number, chart, chart number, chart
        no, patient number, patient no, student id, student number, student no, account number,
        account no, acct, acct no, acct number, account, account id, customer id, customer number,
        customer no, client id, member id, member number, employee id, employee number, record id,
        contact id, person id, appointment id, appt id, unique id, uid, ref, reference, provider id,
        bioguide, bioguide id, identificador, numero de cuenta, número de cuenta, expediente
    """,
    "address_1": """
        address 1, address, address line 1, street, street address, street 1, addr, addr 1, address
        1 street, mailing address, home address, service address, residence address, patient
        address, company address, line 1, dirección, direccion, domicilio, calle
    """,
    "address_2": """
        address 2, address line 2, street 2, addr 2, apt, apartment, unit, suite, apt number, apt
        no, unit number, apt suite, line 2, dirección 2, direccion 2, departamento
    """,
    "city": """
        city, town, municipality, city name, home city, mailing city, patient city, company city,
        service city, city town, ciudad, municipio, localidad
    """,
    "state": """
        state, st, state code, province, region, state province, home state, mailing state, patient
        state, company state, estado, provincia
    """,
    "zip": """
        zip, zip code, zipcode, postal code, postcode, post code, postal, zip 5, zip postal code,
        home zip, mailing zip, patient zip, company zip, service zip, código postal, codigo postal,
        cp
    """,
    "date_of_birth": """
        date of birth, dob, birth date, birthdate, birthday, born, d o b, patient dob, pt dob,
        student dob, patient date of birth, fecha de nacimiento, fecha nacimiento, nacimiento
    """,
    "language": """
        language, lang, preferred language, primary language, home language, language preference,
        language code, spoken language, contact language, idioma, idioma preferido, lengua
    """,
    "guardian_name": """
        guardian name, guardian, parent name, parent, parent guardian, parent guardian name,
        guardian full name, mother name, father name, responsible party, responsible party name,
        guarantor, guarantor name, caregiver, tutor, nombre del tutor, padre o tutor, padre, madre
    """,
    "notes": """
        notes, note, comments, comment, remarks, remark, memo, description, appointment notes, appt
        notes, special instructions, instructions, notas, comentarios, observaciones
    """,
}

SYNONYMS: dict[str, str] = {
    normalised(name): field for field, names in NAMES.items() for name in names.split(",")
}
OWNER_WORDS = """
    patient pt student pupil customer client member employee subscriber resident contact recipient
    person personal home company primary preferred main current legal
"""
STRANGER_WORDS = """
    fax url web website link extension ext type category rating count status flag footnote
    comparison emergency spouse insurance referring created updated modified deleted consent opt
    county country twitter facebook youtube latitude longitude lat lon password ssn income amount
    balance
"""
# How people shorten the words of a header.
SHORTENED = {
    "ph": "phone", "phn": "phone", "fone": "phone", "num": "number", "nbr": "number", "no": "number",
    "nm": "name", "dt": "date", "tm": "time", "addr": "address", "appt": "appointment", "pt": "patient",
    "cust": "customer", "stu": "student", "acct": "account", "loc": "location", "lang": "language",
}  # fmt: skip
# A header that begins or ends with one of these still means the same field of the person.
OWNERS = frozenset(OWNER_WORDS.split())
# These make a column something else, however much the rest looks like one of ours.
STRANGERS = frozenset(STRANGER_WORDS.split())
