"""What OVH tells without regard to a service: lengths, receipt codes, prices."""

from raspisms.simulator import gsm, numbers
from raspisms.simulator.api import Request, route
from raspisms.simulator.errors import unknown_object

# OVH guide on SMS users; the classes are inferred from the texts.
PTT = {
    1: ("temporary", "Not yet delivered to the phone, trying again"),
    2: ("temporary", "Not yet delivered by the operator, trying again"),
    3: ("temporary", "Accepted by the operator"),
    4: ("permanent", "Delivered"),
    5: ("permanent", "Undelivered, no detail"),
    6: ("indeterminated", "No final state from the operator"),
    8: ("permanent", "Expired"),
    20: ("permanent", "Cannot be delivered in this form"),
    21: ("temporary", "The subscriber has no credit"),
    23: ("permanent", "Invalid, blacklisted or barred number"),
    24: ("temporary", "Absent subscriber"),
    25: ("temporary", "Network fault"),
    26: ("temporary", "Handset fault"),
    27: ("permanent", "Incompatible handset"),
    28: ("permanent", "Suspected spam"),
    29: ("permanent", "Forbidden content"),
    33: ("permanent", "Parental lock"),
    39: ("permanent", "Failure at the new operator"),
    73: ("permanent", "Ported number out of reach"),
    74: ("permanent", "Roaming"),
    76: ("permanent", "Ported number blocked"),
    202: ("permanent", "Ported number blocked, contact the support"),
}


@route("POST /sms/estimate")
def estimate(request: Request) -> object:
    """sms.JobEstimate"""
    advertising = not request.values["noStopClause"] and request.values["senderType"] == "alpha"
    text = request.values["message"] + (gsm.STOP_CLAUSE if advertising else "")
    length = gsm.measure(text)
    return {
        "characters": length.characters,
        "charactersClass": length.charset,
        "maxCharactersPerPart": length.per_part,
        "parts": length.parts,
    }


@route("GET /sms/ptts")
def ptt(request: Request) -> object:
    """sms.PttDetails"""
    number = request.values["ptt"]
    if number not in PTT:
        raise unknown_object("ptt", number)
    duration, description = PTT[number]
    return {"comment": "", "description": description, "duration": duration}


@route("GET /sms/rates/destinations")
def rates(request: Request) -> object:
    """sms.DestinationRates, with invented prices."""
    code = request.values["country"]
    credit = numbers.CREDITS.get(numbers.COUNTRIES.get(code, ""), numbers.ELSEWHERE)
    price = round(credit * 0.07, 3)
    return {
        "country": code.upper(),
        "countryCode": code,
        "credit": credit,
        "price": {"currencyCode": "EUR", "text": f"{price:.3f} €", "value": price},
        "vatRate": 20.0,
    }
