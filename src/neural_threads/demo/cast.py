"""The people of the demo: names, addresses and languages, all fixed."""

import re
import unicodedata
from dataclasses import dataclass

PASSWORD = "threads-demo-1"  # noqa: S105 - the demo's, and meant to be known

PLACES = {"MG_ROAD": (12.9756, 77.6050), "COMMERCIAL_STREET": (12.9822, 77.6083)}  # latitude, longitude

STREETS = {
    "MG_ROAD": (
        "Church Street", "Brigade Road", "St Mark's Road", "Museum Road", "Rest House Road", "Residency Road", "Castle Street",
        "Primrose Road", "Magrath Road", "Kasturba Road", "Lavelle Road", "Trinity Church Road",
    ),
    "COMMERCIAL_STREET": (
        "Jewellers Street", "Ibrahim Sahib Street", "Dispensary Road", "Narayana Pillai Street", "Veerapillai Street", "Kamaraj Road",
        "OPH Road", "Main Guard Cross Road", "Shivaji Road", "Broadway Road", "Lady Curzon Road", "Infantry Road",
    ),
}  # fmt: skip

LONGEST_NAME = "Shri Venkata Lakshmi Narasimha Annapoorneshwari Ramachandran"  # 60 letters: every page must bear it
KANNADA_NAME = "ಮಂಜುನಾಥ್ ಟೈಲರ್ಸ್"
WITHOUT_IMAGE = "Omkar Jadhav"
NEWCOMER = "Padma Rangan"  # no reviews yet

DESIGNERS = (
    "Dina Rao", "Ishaan Shetty", "Kavya Iyer", "Meera Gowda", "Rohan Patil", "Ananya Hegde", "Zoya Merchant", "Lakshmi Narayanan",
    "Arjun Bhat", "Fatima Sheikh", "Priya Menon", "Vikram Chauhan", "Sneha Kulkarni", "Thomas Kurian", "Revathi Subramaniam",
    "Gurpreet Kaur", "Nikhil Reddy", "Aditi Sen", "Sana Mirza", "Bhavana Nayak", "Joseph D'Souza", "Harini Venkatesh",
    "Manish Agarwal", "Poornima Kamath", "Ayesha Siddiqui", "Karthik Raman", "Ritika Kapoor", "Chandrika Devi", "Suhail Ahmed",
    "Nandini Urs", "Deepa Pillai", "Abhishek Joshi", "Tanvi Deshpande", "Roshni Lobo", "Madhavi Chowdary", "Imran Pasha",
    "Kamala Sundaram", "Shalini Bopanna", "Pranav Acharya", "Lavanya Krishnan", "Elizabeth Mathew", "Varun Malhotra", "Usha Rani",
    "Farhan Qureshi", "Anjali Tripathi", "Swathi Prasad", "Devika Nambiar", "Ganesh Pai", "Simran Bedi", "Malavika Shenoy",
    "Ravi Shankar Murthy", "Jasmine Pinto", "Sudha Murali", WITHOUT_IMAGE, "Nazneen Baig", "Vidya Bharadwaj",
    "Kiran Mascarenhas", NEWCOMER, "Mohammed Irfan", LONGEST_NAME,
)  # fmt: skip

TAILORS = (
    "Tariq Khan", "Selvi Murugan", "Abdul Rahim", "Ramesh Kumar", "Saraswathi Bai", "Anwar Basha", "Venkatesh Achari", "Mumtaz Begum",
    "Prakash Rao", "Shankarappa", "Yusuf Ali", "Geetha Ramesh", "Basavaraj Hiremath", "Noor Jahan", "Francis Xavier", "Krishnamurthy",
    "Zakir Hussain", "Lalitha Kumari", "Manjula Devi", "Syed Ibrahim", KANNADA_NAME, "Raju Naidu", "Hamida Bi", "Dilip Chavan",
    "Thangaraj", "Parveen Taj", "Nagaraj Setty", "Savitri Bhandari", "Kaleem Pasha", "Sumathi Selvaraj", "Govind Das", "Rehana Sultana",
    "Mahesh Ambore", "Bilal Ansari", "Pushpa Latha", "Jagadish Achar", "Afzal Shariff", "Kumudini Rao", "Narayana Swamy", "Shabana Azam",
    "Antony Raj", "Chinnappa", "Vasantha Kumari", "Rafiq Ahmed", "Suresh Babu", "Asma Banu", "Hanumantha Rao", "Dhanalakshmi",
    "Iqbal Darzi", "Mohan Lal Verma", "Salma Khanum", "Perumal Raja", "Gulab Singh", "Jayamma", "Mustafa Khan", "Rukmini Achar",
    "Sadiq Pasha", "Tulasi Ram", "Wahida Banu", "Bharathi Prakash",
)  # fmt: skip

CUSTOMERS = (
    "Cora Fernandes", "Odile Laurent", "Aarav Sharma", "Nisha Balan", "Rahul Dravidam", "Sowmya Rajagopal", "Neha Kothari",
    "Akash Nair", "Pallavi Shetty", "Mehul Shah", "Divya Ranganath", "Sameera Khan", "Teja Varma", "Ila Bhattacharya",
    "Yashas Gowda", "Maria Rodrigues", "Hemant Kulkarni", "Trisha Banerjee", "Vasudha Rao", "Kabir Anand", "Keerthana Suresh",
    "Zainab Ali", "Rohit Saxena", "Amrita Gill", "Charan Raj", "Smitha Jacob", "Naveen Poojary", "Ishita Ghosh", "Lekha Warrier",
    "Aditya Rao", "Farah Khanum", "Gayathri Mohan", "Siddharth Jain", "Namrata Bose", "Prithvi Ballal", "Rhea Thomas", "Sunita Yadav",
    "Varsha Hebbar", "Ashwin Kumar", "Mitali Chandra", "Bhargavi Sastry", "Danish Mirza",
)  # fmt: skip

# Languages that go with a family's origin, as one hears them around MG Road; English nearly everybody speaks.
_TAMIL = {"Iyer", "Narayanan", "Subramaniam", "Raman", "Sundaram", "Krishnan", "Murali", "Rangan", "Murugan", "Thangaraj", "Selvaraj",
          "Raj", "Raja", "Ramachandran", "Xavier", "Dhanalakshmi", "Venkatesh", "Swamy"}  # fmt: skip
_TELUGU = {"Reddy", "Chowdary", "Naidu", "Prasad", "Rani", "Babu", "Setty", "Ram"}
_KANNADA = {"Rao", "Shetty", "Gowda", "Hegde", "Bhat", "Nayak", "Kamath", "Urs", "Bopanna", "Acharya", "Pai", "Shenoy", "Murthy",
            "Bharadwaj", "Achari", "Hiremath", "Achar", "Shankarappa", "Krishnamurthy", "Chinnappa", "Jayamma", "Prakash", "Devi"}  # fmt: skip


@dataclass(frozen=True)
class Star:
    """One of the four whose sign-in everybody knows."""

    email: str
    name: str


STARS = (
    Star("cora@example.com", "Cora Fernandes"),
    Star("odile@example.com", "Odile Laurent"),
    Star("dina@example.com", "Dina Rao"),
    Star("tariq@example.com", "Tariq Khan"),
)


def email_of(name: str) -> str:
    """dina@example.com for the stars, first.last@example.com for the others; example.com receives no mail."""
    for star in STARS:
        if star.name == name:
            return star.email
    if name == KANNADA_NAME:
        return "manjunath.tailors@example.com"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z]+", plain.replace("'", ""))
    return ".".join([words[0], *words[-1:]] if len(words) > 1 else words) + "@example.com"


def languages_of(name: str, number: int) -> list[str]:
    """Return what somebody speaks: the family's language, Kannada for most, English, Hindi for many."""
    last = name.split()[-1]
    spoken = ["ENGLISH"] if name != KANNADA_NAME else []
    if last in _KANNADA or name == KANNADA_NAME or number % 3:
        spoken.append("KANNADA")
    if last in _TAMIL or number % 11 == 5:
        spoken.append("TAMIL")
    if last in _TELUGU or number % 9 == 4:
        spoken.append("TELUGU")
    if last not in _TAMIL | _KANNADA or number % 4 == 1:
        spoken.append("HINDI")
    return spoken
