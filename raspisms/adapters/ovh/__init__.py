"""The OVHcloud SMS API, through OVH's own ``ovh`` package.

Sources are named by what they are: "schema" is the API's own description
(https://eu.api.ovh.com/1.0/sms.json), "guide" a page of OVH's documentation
(https://help.ovhcloud.com, "SMS"). What neither says is marked as not documented.
"""
